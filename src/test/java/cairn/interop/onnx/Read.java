package cairn.interop.onnx;

import cairn.disk.RealDisk;
import cairn.interop.file.FileBytes;
import cairn.interop.file.FileModel;
import cairn.interop.file.FileModule;
import cairn.interop.file.ModelPart;
import cairn.interop.file.TensorFile;
import cairn.nn.Network;
import cairn.nn.layer.Sequential;
import cairn.random.Key;
import cairn.state.ElementType;
import cairn.state.State;
import cairn.state.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Files that are read, and the networks that they describe. */
final class Read {
    private Read() {
    }

    static TensorFile file(Path file) throws IOException {
        try (FileBytes bytes = FileBytes.open(file, new RealDisk())) {
            return OnnxReader.read(bytes);
        }
    }

    static TensorFile bytes(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("model", ".onnx");
        try {
            Files.write(file, bytes);
            return file(file);
        } finally {
            Files.delete(file);
        }
    }

    /** The model that a file describes, with the tensors that the file has for each of its layers. */
    static Network network(TensorFile file, ElementType type) throws IOException {
        FileModel model = file.model().orElseThrow().read();
        Sequential layers = new Sequential(model.layers());
        Map<String, FileModule> modules = file.modules().stream().collect(Collectors.toMap(FileModule::name, Function.identity()));
        Map<String, Value.Tensor> tensors = new LinkedHashMap<>();
        for (ModelPart part : ModelPart.of(layers, model.row())) {
            for (String parameter : part.tensors().keySet()) {
                FileModule module = modules.get(model.modules().get(part.name()));
                Value.Tensor there = file.tensors().get(module.tensors().get(parameter)).value();
                tensors.put(part.name() + "/" + parameter, as(type, module.order().toOwn(part, parameter, there).tensor()));
            }
        }
        Network network = new Network(layers, model.row(), type, Key.of(1));
        State.of(tensors).into(network);
        return network;
    }

    private static Value.Tensor as(ElementType type, Value.Tensor t) {
        if (t.type() == type) {
            return t;
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) t.size() * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < t.size(); i++) {
            if (type == ElementType.F64) {
                bytes.putDouble(t.get(i));
            } else {
                bytes.putFloat((float) t.get(i));
            }
        }
        return new Value.Tensor(type, t.shape(), bytes.flip());
    }
}
