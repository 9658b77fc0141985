#define CANTUS_COMPILED NativeLoop
#include "benchmarks/plain_decoder-inl.h"
