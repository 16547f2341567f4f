// How often this program has asked for memory so far.
#pragma once
long scanbridge_allocations(void);
