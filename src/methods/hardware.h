/* SPDX-License-Identifier: MIT */
#ifndef TW_METHODS_HARDWARE_H
#define TW_METHODS_HARDWARE_H

/** The accelerators that a size of model runs on: data/hardware_classes.csv. */
typedef struct tw_hardware_class {
  double params_total_below_b; /* billions; the last class has INFINITY */
  double gpus;
  struct {
    double low;
    double high;
  } gpu_draw; /* share of their greatest power */
} tw_hardware_class;

#endif
