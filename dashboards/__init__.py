"""What is seen: Voilà notebooks, panels and the service that shows them."""
