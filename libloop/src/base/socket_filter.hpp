// SPDX-License-Identifier: MIT
// A filter of system calls that leaves a process without a way to the network.
#pragma once

namespace loop {

// Whether this kernel and processor have it.
bool has_socket_filter();

// Puts it in force for the calling thread and all that it starts; no_new_privs must be set. 0, or
// the errno. System calls only: for a forked child.
int enforce_socket_filter();

}  // namespace loop
