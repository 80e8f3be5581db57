package cairn.checkpoint;

class InMemoryStoreTest extends StoreContract {
    @Override
    CheckpointStore open() {
        return new InMemoryStore();
    }
}
