/**
 * The machine: its CPU, its GPUs, and which of them a build of Cairn can compute on.
 *
 * <p><b>Purpose</b>: decide where to compute before the native library is loaded, and say why.
 * <br><b>Knows</b>: CPUs, GPUs, drivers, builds. <b>Must not know</b>: ND4J, arrays, models, training.
 * <br><b>Read</b>: Gpu, Gpus, Build, BackendChoice with BackendException; then Tf32, Cpu.
 */
package cairn.machine;
