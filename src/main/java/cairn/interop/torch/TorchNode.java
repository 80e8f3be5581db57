package cairn.interop.torch;

import cairn.interop.file.ModelPart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A module of PyTorch.
 *
 * @param type its class, such as {@code nn.Linear}
 * @param arguments of its constructor, after the modules in it
 * @param children the modules in it, by their names; those of an {@code nn.Sequential} are numbers
 * @param part the layer here whose tensors it has
 */
record TorchNode(String type, String arguments, Map<String, TorchNode> children, Optional<ModelPart> part) {

    static TorchNode leaf(String type, Object... arguments) {
        StringBuilder text = new StringBuilder();
        for (Object argument : arguments) {
            text.append(text.length() == 0 ? "" : ", ").append(argument instanceof Double number ? number(number) : argument.toString());
        }
        return new TorchNode(type, text.toString(), Map.of(), Optional.empty());
    }

    /** Modules one after the other. */
    static TorchNode chain(String type, List<TorchNode> modules) {
        Map<String, TorchNode> children = new LinkedHashMap<>();
        modules.forEach(module -> children.put(Integer.toString(children.size()), module));
        return new TorchNode(type, "", children, Optional.empty());
    }

    static TorchNode sequence(TorchNode... modules) {
        return chain("nn.Sequential", List.of(modules));
    }

    /** The same module with the tensors of {@code part}. */
    TorchNode of(ModelPart owner) {
        return new TorchNode(type, arguments, children, Optional.of(owner));
    }

    /** A number as Python writes it. */
    static String number(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e6 ? Long.toString((long) number) + ".0"
                : Double.toString(number).replace("E", "e");
    }

    /** Its constructor in Python. */
    String code(String indent) {
        if (children.isEmpty()) {
            return type + "(" + arguments + ")";
        }
        StringBuilder code = new StringBuilder(type).append("(\n");
        children.forEach((name, child) -> code.append(indent).append("    ").append(child.code(indent + "    ")).append(",\n"));
        return code.append(indent).append(arguments.isEmpty() ? "" : arguments).append(")").toString();
    }

    /** Adds the modules with tensors, by their names, in the order of {@code model.state_dict()}. */
    void owners(String name, Map<String, ModelPart> owners) {
        part.ifPresent(p -> owners.put(name, p));
        children.forEach((child, node) -> node.owners(name.isEmpty() ? child : name + "." + child, owners));
    }

    /** Adds the classes that it and the modules in it use. */
    void types(Set<String> types) {
        types.add(type);
        children.values().forEach(child -> child.types(types));
    }
}
