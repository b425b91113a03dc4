"""Parts of a page: each draws one thing from figures already computed."""
