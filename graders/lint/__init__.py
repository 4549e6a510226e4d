"""Static reading of a source notebook: which test cells stand behind a certificate, which need other words, which pay for nothing."""
