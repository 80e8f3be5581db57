/**
 * The same training by Cairn and by its peers: DJL on libtorch, and DL4J, which works on the same arrays as Cairn.
 *
 * <p>Each contestant runs in a process of its own, with the environment that suits it best, and waits; {@link cairn.bench.peers.BenchmarkProcess} lets
 * them take turns on the same machine and prints ratios. Reading order: {@link cairn.bench.peers.Work},
 * {@link cairn.bench.peers.Contestant}, {@link cairn.bench.peers.CairnTrainer}, {@link cairn.bench.peers.DjlTrainer},
 * {@link cairn.bench.peers.Dl4jTrainer}, {@link cairn.bench.peers.BenchmarkProcess}.
 */
package cairn.bench.peers;
