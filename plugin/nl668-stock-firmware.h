/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The methods of the stock D-Bus interface Modem.Firmware, where the catalogue
 * has a package for the module: List() shows the packages, Select() installs
 * one. Otherwise the daemon answers as it always did. */

#ifndef NL668_STOCK_FIRMWARE_H
#define NL668_STOCK_FIRMWARE_H

#include "nl668-modem.h"

/**
 * nl668_stock_firmware_join:
 * @firmware: the skeleton of the stock interface of this modem, whose own
 *   handlers the daemon has not connected yet.
 */
void nl668_stock_firmware_join (Nl668Modem           *self,
                                MmGdbusModemFirmware *firmware);

#endif /* NL668_STOCK_FIRMWARE_H */
