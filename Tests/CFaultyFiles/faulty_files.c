#include "faulty_files.h"
