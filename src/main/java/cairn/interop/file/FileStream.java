package cairn.interop.file;

import cairn.disk.Disk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A file being written as a stream, for writers of archives. Closing the stream does not close the file. */
public final class FileStream extends OutputStream {
    private final Disk.Output output;

    public FileStream(Disk.Output output) {
        this.output = output;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        output.write(ByteBuffer.wrap(bytes, from, count));
    }
}
