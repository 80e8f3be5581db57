package cairn.tensor.device;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A type of this project that stands for one array of ND4J. */
public interface NativeArray {

    /** That array. */
    INDArray nd();
}
