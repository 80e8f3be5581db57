/**
 * PyTorch's files: the zip archives that {@code torch.save} writes and {@code torch.load} reads, with a pickle that may hold tensors,
 * numbers, texts, lists and dicts and nothing else.
 *
 * <p><b>Knows</b>: PyTorch's names, orders and rules. <b>Must not know</b>: the formats of other programs, training, runs.
 * <br><b>Read</b>: TorchFile; Pickled, Globals, Unpickler; Tree, StateDict, Storages; TorchRule, TorchNumbers, TorchMoments;
 * TorchNode, TorchModel, TorchNames, TorchCode; TorchOptim, Pickler, TorchWriter.
 */
package cairn.interop.torch;
