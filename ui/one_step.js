// Makes an address that the page itself completes no step of the browser's history: Streamlit
// writes "/options" first and "/options?preset=..." after it, and every second Back would do
// nothing. What a visitor changes on a page is a step as before. It stands in the page of HTML,
// so that it is there before anything is written.
(() => {
  const PINS = ["v", "edition", "price_date", "method"];
  const complete = (url) => PINS.every((name) => url.searchParams.has(name));
  const push = window.history.pushState;
  window.history.pushState = function (state, title, address) {
    const now = new URL(window.location.href);
    const next = new URL(address ?? "", now);
    const completes = next.pathname === now.pathname && !complete(now) && complete(next);
    return (completes ? this.replaceState : push).call(this, state, title, address);
  };
})();
