"""Tables of images: their text as rows, what the columns mean, what is to be learned, and where the images are."""
