package cairn.look;

import cairn.state.State;
import cairn.state.Value;
import cairn.train.StateConstants;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of a saved state, without the run that made it: a state says by itself what rows its model looks at. */
public record StateView(State state) {

    /** The tensors whose path begins with {@code prefix}, in the order of the state. */
    public List<TensorView> tensors(String prefix) {
        return state.entries().entrySet().stream().filter(e -> e.getKey().startsWith(prefix) && e.getValue() instanceof Value.Tensor)
                .map(e -> TensorView.of(e.getKey(), (Value.Tensor) e.getValue())).toList();
    }

    /** The numbers of a tensor as small pictures; empty if they are none: no kernels, and not the first weights of a model that looks at images. */
    public Optional<Tiles> tiles(TensorView tensor) {
        boolean isFirst = state.entries().entrySet().stream().filter(e -> e.getValue() instanceof Value.Tensor && e.getKey().endsWith("/weight"))
                .map(Map.Entry::getKey).findFirst().filter(tensor.path()::equals).isPresent();
        return TileCut.of(tensor.path(), state.tensor(tensor.path()), StateConstants.shape(state), isFirst);
    }
}
