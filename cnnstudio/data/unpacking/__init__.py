"""Images that a file holds, unpacked once into the user's cache, where they are folders and files like any others."""
