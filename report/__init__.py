"""What leaves the page: links, chart specifications, the PDF report and the API."""
