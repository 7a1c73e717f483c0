"""What all trained models need, whatever they do: their folder, their files read safely, a device, the libraries."""
