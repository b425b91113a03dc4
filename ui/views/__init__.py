"""One file a page; Streamlit runs them."""
