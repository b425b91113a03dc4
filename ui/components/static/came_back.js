// Tells the program that this page has a connection again, after one was lost. A server that has
// never seen the page has drawn nothing for it yet: until it does, no part of the page answers.
export default function ({ setTriggerValue }) {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app) {
    return undefined;
  }
  const STATE = "data-test-connection-state";
  let lost = false;
  const look = () => {
    if (app.getAttribute(STATE) !== "CONNECTED") {
      lost = true;
    } else if (lost) {
      lost = false;
      setTriggerValue("back", true);
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(app, { attributes: true, attributeFilter: [STATE] });
  return () => observer.disconnect();
}
