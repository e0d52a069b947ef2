/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Methods of the stock interfaces that the plugin handles instead of the daemon:
 *
 * Modem.Firmware: List() and Select(), if the catalogue has a package for the module, which is
 * looked up once the caller is authorized.
 * Modem: Reset(), FactoryReset(), SetPowerState(), SetCurrentCapabilities(), SetPrimarySimSlot()
 * and Command() fail while the firmware is being updated.
 *
 * In all other cases, the daemon handles the call. */

#ifndef NL668_OVERRIDES_H
#define NL668_OVERRIDES_H

#include "nl668-modem.h"

/**
 * nl668_overrides_connect_modem:
 * @skeleton: the Modem interface of @modem, to which the daemon has not connected its own
 *   handlers yet.
 */
void nl668_overrides_connect_modem (MMBaseModem  *modem,
                                    MmGdbusModem *skeleton);

/**
 * nl668_overrides_connect_firmware:
 * @skeleton: the Modem.Firmware interface of the modem, to which the daemon has not connected
 *   its own handlers yet.
 */
void nl668_overrides_connect_firmware (Nl668Modem           *self,
                                       MmGdbusModemFirmware *skeleton);

#endif /* NL668_OVERRIDES_H */
