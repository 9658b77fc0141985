#define CANTUS_COMPILED PortableLoop
#include "benchmarks/plain_decoder-inl.h"
