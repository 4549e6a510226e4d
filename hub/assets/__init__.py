"""Files that browsers keep: what JupyterLab, Notebook and Voilà are made of, at one address for everybody."""
