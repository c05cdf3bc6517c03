"""Starts CNN Studio from a checkout: the same program as the installed command `cnnstudio`.

Imports nothing when it is imported, because the engine's processes (multiprocessing, spawn) import it again.
"""

if __name__ == "__main__":
    from cnnstudio.cli import main

    raise SystemExit(main())
