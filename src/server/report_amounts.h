/* SPDX-License-Identifier: MIT */
#ifndef TW_SERVER_REPORT_AMOUNTS_H
#define TW_SERVER_REPORT_AMOUNTS_H

/** A unit for each factor of a thousand; the second is that of the store. */
typedef struct tw_scale {
  const char *units[4];
} tw_scale;

extern const tw_scale tw_scale_energy;
extern const tw_scale tw_scale_co2e;
extern const tw_scale tw_scale_water;

/** A value as people read it, and its plausible range. UTF-8. */
typedef struct tw_amount {
  double exact;   /* in the unit of the store */
  char text[64];  /* "1.23 kWh" */
  char range[96]; /* "0.85–2.10 kWh"; "" for none */
} tw_amount;

/** Three digits say all that is known. Without a range where `high` is not above `low`. */
void tw_amount_make(tw_amount *amount, const tw_scale *scale, double value, double low,
                    double high);

/** A mass of CO2e in tonnes to the gram, as sustainability reports add them up. */
void tw_amount_make_tonnes(tw_amount *amount, double co2_g, double low_g, double high_g);

/** A count with commas. */
void tw_amount_make_count(tw_amount *amount, double count);

#endif
