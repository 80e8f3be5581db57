package cairn.bench.peers;

import cairn.data.Batch;
import cairn.data.Prefetch;
import java.io.IOException;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The MultiLayerNetwork of DL4J with batches of Cairn's prefetch; its workspaces are on, which is the default. */
final class Dl4jTrainer implements BenchmarkTrainer {
    private final Work work;
    private final Prefetch batches;
    private final MultiLayerNetwork network;
    private final int classes;
    private long step;

    Dl4jTrainer(Work work) throws IOException {
        this.work = work;
        batches = new Prefetch(work.batches(), 2);
        classes = work.name().equals("tiny") ? 3 : 10;
        NeuralNetConfiguration.ListBuilder net = new NeuralNetConfiguration.Builder().seed(42).updater(new Adam(0.001))
                .activation(Activation.RELU).list();
        switch (work.name()) {
            case "tiny" -> net.layer(dense(16)).layer(output(3)).setInputType(InputType.feedForward(4));
            case "mlp" -> net.layer(dense(512)).layer(dense(512)).layer(output(10)).setInputType(InputType.feedForward(784));
            default -> net.layer(convolution(32)).layer(pool()).layer(convolution(64)).layer(pool()).layer(dense(128)).layer(output(10))
                    .setInputType(InputType.convolutional(28, 28, 1));
        }
        network = new MultiLayerNetwork(net.build());
        network.init();
    }

    private static DenseLayer dense(int units) {
        return new DenseLayer.Builder().nOut(units).build();
    }

    private static OutputLayer output(int classes) {
        return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT).activation(Activation.SOFTMAX).nOut(classes).build();
    }

    private static ConvolutionLayer convolution(int filters) {
        return new ConvolutionLayer.Builder(3, 3).nOut(filters).convolutionMode(ConvolutionMode.Same).build();
    }

    private static SubsamplingLayer pool() {
        return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build();
    }

    @Override
    public double train(int steps) {
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            Batch batch = batches.at(step++);
            int n = batch.size();
            long[] shape = work.name().equals("cnn") ? new long[] {n, 1, 28, 28} : new long[] {n, batch.featureCount()};
            INDArray x = Nd4j.create(java.util.Arrays.copyOf(batch.features(), n * batch.featureCount()), shape, 'c');
            float[] oneHot = new float[n * classes];
            for (int r = 0; r < n; r++) {
                oneHot[r * classes + batch.labels()[r]] = 1;
            }
            network.fit(new DataSet(x, Nd4j.create(oneHot, new long[] {n, classes}, 'c')));
            sum += network.score();
        }
        return sum / steps;
    }

    @Override
    public void close() {
        batches.close();
    }
}
