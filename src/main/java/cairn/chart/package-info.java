/**
 * Charts as values, and their drawing.
 *
 * <p><b>Purpose</b>: numbers in, a picture out that is readable at page width, in grey and for colour-blind people.
 * <br><b>Knows</b>: axes, series, points, bars, SVG, PNG. <b>Must not know</b>: where the numbers come from.
 * <br><b>Read in this order</b>: {@link cairn.chart.Point}, {@link cairn.chart.Series}, {@link cairn.chart.Axis},
 * {@link cairn.chart.Chart}, {@link cairn.chart.Curves}, {@link cairn.chart.Mark}, {@link cairn.chart.Panel}, {@link cairn.chart.Panels}, {@link cairn.chart.Bars},
 * {@link cairn.chart.Regions}, {@link cairn.chart.Palette}, {@link cairn.chart.Look}, {@link cairn.chart.Scale}, {@link cairn.chart.Plot}, {@link cairn.chart.Legend},
 * {@link cairn.chart.Figure}, {@link cairn.chart.Field}, {@link cairn.chart.Lettering}, {@link cairn.chart.Drawing}, {@link cairn.chart.Svg}.
 */
package cairn.chart;
