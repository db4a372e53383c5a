# Install and export: find_package(loop) gives loop::loop.
