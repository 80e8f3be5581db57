/**
 * The same training by Cairn and by other libraries: DJL on libtorch, and DL4J, which uses the same arrays as Cairn. Each trainer has its
 * own process, with the environment that is best for it, and waits until it gets its turn.
 *
 * <p><b>Read</b>: Work, BenchmarkTrainer, CairnTrainer, DjlTrainer, Dl4jTrainer, Limits, BenchmarkProcess.
 */
package cairn.bench.peers;
