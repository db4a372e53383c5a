// SPDX-License-Identifier: MIT
// The simulated disk.
