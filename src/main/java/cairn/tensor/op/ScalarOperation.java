package cairn.tensor.op;

/** A prepared piece of work with one number that each run is given, such as a step's learning rate or its ε. */
@FunctionalInterface
public interface ScalarOperation {
    void run(double number);
}
