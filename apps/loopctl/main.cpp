// SPDX-License-Identifier: MIT
// The command line for people and scripts.
int main() { return 0; }
