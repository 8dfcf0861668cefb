// SPDX-License-Identifier: Apache-2.0
// The least that a C++ program can cost to start.
int main() {}
