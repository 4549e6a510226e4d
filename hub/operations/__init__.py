"""Starting, watching and stopping the platform on one machine."""
