# SPDX-License-Identifier: Apache-2.0
"""The text files of the tree, in memory, so that a test can plant a fault in a copy."""
import os

LEFT_OUT = {".git", "build", "__pycache__"}


class Tree:
    def __init__(self, files, others=()):
        self.files = files  # path from the root, with '/': text
        self.others = others  # paths of pictures and the like

    @classmethod
    def read(cls, root):
        files, others = {}, set()
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in LEFT_OUT]
            for name in names:
                path = os.path.join(folder, name)
                below = os.path.relpath(path, root).replace(os.sep, "/")
                try:
                    with open(path, encoding="utf-8") as file:
                        files[below] = file.read()
                except UnicodeDecodeError:
                    others.add(below)  # bytes of a fuzzer's corpus, a picture: nobody writes comments there
                except OSError:
                    pass  # a socket, a dangling link
        return cls(files, others)

    def planted(self, path, added):
        """A copy in which `added` stands at the end of a file, which is made where it does not exist."""
        return Tree({**self.files, path: self.files.get(path, "") + "\n" + added + "\n"}, self.others)

    def replaced(self, path, old, new):
        """A copy in which the first `old` of a file is `new`."""
        return Tree({**self.files, path: self.files.get(path, "").replace(old, new, 1)}, self.others)

    def has(self, path):
        return path in self.files or path in self.others or any(name.startswith(path.rstrip("/") + "/") for name in self.files)
