<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- Copyright (C) 2026 The fibocom-nl668 authors -->

<!-- gdbus-codegen documents a D-Bus interface as a part of a book. This makes it a
     document that DocBook's stylesheet for man pages accepts. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

  <xsl:output method="xml" encoding="UTF-8"/>

  <xsl:template match="@*|node()">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="refmeta">
    <!-- With a date, because a page without one gets that of the build -->
    <refentryinfo>
      <authorgroup><corpauthor>The fibocom-nl668 authors</corpauthor></authorgroup>
      <date>2026</date>
    </refentryinfo>
    <refmeta>
      <refentrytitle><xsl:value-of select="refentrytitle"/></refentrytitle>
      <manvolnum>5</manvolnum>
      <refmiscinfo class="source">fibocom-nl668</refmiscinfo>
      <refmiscinfo class="manual">D-Bus Interfaces</refmiscinfo>
    </refmeta>
  </xsl:template>

  <!-- Man pages have neither an index nor links within them. -->
  <xsl:template match="indexterm"/>
  <xsl:template match="link">
    <xsl:apply-templates/>
  </xsl:template>

  <!-- The title is 'The "State" property' -->
  <xsl:template match="refsect2[@role='property']/title">
    <title><xsl:value-of select="translate(substring-before(substring-after(., 'The '), ' property'), '&quot;', '')"/></title>
  </xsl:template>
  <xsl:template match="refsect2[@role='method']/title">
    <title><xsl:value-of select="substring-before(substring-after(., 'The '), ' method')"/></title>
  </xsl:template>

  <xsl:template match="refentry/*[last()]">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()"/>
    </xsl:copy>
    <refsect1>
      <title>See Also</title>
      <para>
        <citerefentry><refentrytitle>mmcli-firmware-update</refentrytitle><manvolnum>1</manvolnum></citerefentry>,
        <citerefentry><refentrytitle>fibocom-nl668-packages</refentrytitle><manvolnum>5</manvolnum></citerefentry>,
        <citerefentry><refentrytitle>fibocom-nl668-troubleshooting</refentrytitle><manvolnum>7</manvolnum></citerefentry>,
        <citerefentry><refentrytitle>ModemManager</refentrytitle><manvolnum>8</manvolnum></citerefentry>
      </para>
    </refsect1>
  </xsl:template>

</xsl:stylesheet>
