/**
 * The machine: its processor, its graphics cards, and which of them a build of Cairn can compute on.
 *
 * <p><b>Purpose</b>: settle where to compute before anything of the native library is loaded, and say why.
 * <br><b>Knows</b>: processors, cards, drivers, builds. <b>Must not know</b>: ND4J, arrays, models, training.
 * <br><b>Read in this order</b>: {@link cairn.machine.Gpu}, {@link cairn.machine.Gpus}, {@link cairn.machine.Build},
 * {@link cairn.machine.BackendChoice}; then {@link cairn.machine.Tf32}, {@link cairn.machine.Processor}.
 */
package cairn.machine;
