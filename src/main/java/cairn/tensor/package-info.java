/**
 * Arrays, flat vectors with named views, and prepared calls into ND4J.
 *
 * <p><b>Purpose</b>: say where numbers lie and how work on them is prepared once. Only the packages below {@code cairn.tensor} know ND4J.
 * <br><b>Knows</b>: the memory and library of {@code tensor.device}, keys, slots. <b>Must not know</b>: layers, optimizers, data, files.
 * <br><b>Read</b>: Array, Operation, Layout, ParameterVector, ShadowState; then Native with HostCall, DeviceRegion, AllocationDryRun.
 * The operations are in {@code tensor.op}, which is next.
 */
package cairn.tensor;
