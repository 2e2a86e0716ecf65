package io.amp.adapters.objectstore;

import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectUpload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One object as a temporary file beside its target. */
final class LocalUpload implements ObjectUpload {
    private static final Logger LOG = LoggerFactory.getLogger(LocalUpload.class);
    private static final int DIRECTORY_RACES_MAX = 16;

    private final DirectoryTree directories;
    private final String path;
    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private boolean finished;

    LocalUpload(DirectoryTree directories, String path, Path target) {
        this.directories = directories;
        this.path = path;
        this.target = target;
        this.temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            this.channel = open();
        } catch (IOException e) {
            throw LocalObjectStore.unavailable("write", path, e);
        }
    }

    private FileChannel open() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                DirectoryTree.create(DirectoryTree.of(target));
                return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (NoSuchFileException e) {
                if (attempt == DIRECTORY_RACES_MAX) {
                    throw e;
                }
            }
        }
    }

    @Override
    public OutputStream stream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                writeFully(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    void write(byte[] content) {
        try {
            writeFully(ByteBuffer.wrap(content));
        } catch (IOException e) {
            throw LocalObjectStore.unavailable("write", path, e);
        }
    }

    private void writeFully(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public ObjectInfo commit() {
        try {
            ObjectInfo sealed = seal();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            finished = true;
            DirectoryTree.force(DirectoryTree.of(target));
            return sealed;
        } catch (IOException e) {
            throw LocalObjectStore.unavailable("write", path, e);
        }
    }

    Optional<ObjectInfo> commitIfAbsent() {
        try {
            ObjectInfo sealed = seal();
            if (!link()) {
                return Optional.empty();
            }
            DirectoryTree.force(DirectoryTree.of(target));
            return Optional.of(sealed);
        } catch (IOException e) {
            throw LocalObjectStore.unavailable("create", path, e);
        }
    }

    /** @return false when the target exists */
    private boolean link() throws IOException {
        try {
            Files.createLink(target, temporary);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException e) {
            // A file system without hard links: exclusive among the threads of this process only.
            synchronized (directories) {
                if (Files.exists(target)) {
                    return false;
                }
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                return true;
            }
        }
    }

    /** The bytes are on the disk; a rename keeps what the answer says about them. */
    private ObjectInfo seal() throws IOException {
        if (!channel.isOpen()) {
            throw new IllegalStateException("the upload of '" + path + "' has ended");
        }
        channel.force(true);
        channel.close();
        return LocalObjectStore.info(path, Files.readAttributes(temporary, BasicFileAttributes.class));
    }

    @Override
    public void close() {
        if (finished) {
            return;
        }
        finished = true;
        try {
            channel.close();
            Files.deleteIfExists(temporary);
            directories.removeEmpty(DirectoryTree.of(target));
        } catch (IOException e) {
            // Invisible all the same; the next clean-up removes it.
            LOG.warn("cannot discard the unfinished upload of '{}'", path, e);
        }
    }
}
