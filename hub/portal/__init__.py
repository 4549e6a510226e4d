"""The front door: pages, the JSON API, and the OpenID Connect provider."""
