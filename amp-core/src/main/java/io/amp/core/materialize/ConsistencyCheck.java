package io.amp.core.materialize;

import io.amp.ports.error.AmpException;
import io.amp.ports.job.JobError;
import io.amp.ports.runtime.Clock;
import io.amp.ports.storage.ObjectInfo;
import io.amp.ports.storage.ObjectStore;
import io.amp.ports.storage.SegmentCatalog;
import io.amp.ports.storage.TableRevision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the objects of a revision with its rows when a job starts (jobs-and-storage specification, section 9). Only the holder of the
 * writer mark may run it. Objects are listed before rows are read, because the other order deletes files committed in between.
 */
final class ConsistencyCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ConsistencyCheck.class);

    /** Younger objects may belong to a commit that is still under way. */
    private static final Duration ORPHAN_AGE_MIN = Duration.ofMinutes(15);

    /** Older uploads belong to a writer that died or lost its job. */
    private static final Duration UPLOAD_AGE_MIN = Duration.ofHours(1);

    private final SegmentCatalog catalog;
    private final ObjectStore objects;
    private final Clock clock;

    ConsistencyCheck(SegmentCatalog catalog, ObjectStore objects, Clock clock) {
        this.catalog = catalog;
        this.objects = objects;
        this.clock = clock;
    }

    /** @throws AmpException {@link JobError#CONSISTENCY_CHECK}: a registered file is gone; database and store trouble as it is */
    void run(TableRevision revision) {
        List<ObjectInfo> stored = objects.list(revision.path());
        Set<String> registered = new HashSet<>(catalog.fileNames(revision.id()));
        removeOrphans(revision, stored, registered);
        int discarded = objects.discardStaleUploads(revision.path(), clock.now().minus(UPLOAD_AGE_MIN));
        if (discarded > 0) {
            LOG.warn("removed {} unfinished uploads below {}", discarded, revision.path());
        }
        requireAll(revision, stored, registered);
    }

    private void removeOrphans(TableRevision revision, List<ObjectInfo> stored, Set<String> registered) {
        Instant oldEnough = clock.now().minus(ORPHAN_AGE_MIN);
        List<ObjectInfo> orphans = new ArrayList<>();
        for (ObjectInfo object : stored) {
            String name = nameOf(object);
            if (SegmentNames.isFileName(name)
                    && !registered.contains(name)
                    && object.lastModified().isBefore(oldEnough)) {
                orphans.add(object);
            }
        }
        if (orphans.isEmpty()) {
            return;
        }
        Set<String> now = new HashSet<>(catalog.fileNames(revision.id()));
        for (ObjectInfo orphan : orphans) {
            if (!now.contains(nameOf(orphan))) {
                LOG.warn("removing {}: it was never committed", orphan.path());
                objects.delete(orphan.path());
            }
        }
    }

    private void requireAll(TableRevision revision, List<ObjectInfo> stored, Set<String> registered) {
        Set<String> lost = new HashSet<>(registered);
        stored.forEach(object -> lost.remove(nameOf(object)));
        if (lost.isEmpty()) {
            return;
        }
        lost.retainAll(new HashSet<>(catalog.fileNames(revision.id())));
        lost.removeIf(name -> objects.head(revision.path() + "/" + name).isPresent());
        if (!lost.isEmpty()) {
            throw new AmpException(
                    JobError.CONSISTENCY_CHECK,
                    "file " + lost.stream().sorted().findFirst().orElseThrow() + " of " + revision.path()
                            + " is registered but missing in the store (" + lost.size() + " such files)");
        }
    }

    private static String nameOf(ObjectInfo object) {
        return object.path().substring(object.path().lastIndexOf('/') + 1);
    }
}
