/**
 * What the readers and writers of other programs' files share: where the bytes come from, a tensor with the type that the file gave it, the
 * modules that the tensors belong to, and in which order a program keeps the numbers of a layer.
 *
 * <p><b>Knows</b>: layers and their shapes, file operations. <b>Must not know</b>: any one format, training, runs.
 * <br><b>Read</b>: ForeignFileException, FileBytes, FileStream, ZipParts, FileTensor, FileModule, FileMoments, RuleState, FileModel, TensorFile; ModelPart,
 * TensorOrder; TorchModules, PrefixModules.
 */
package cairn.interop.file;
