package org.truckee.integration;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// An upload as a gateway's status shows it: `bytes` of `size` are coded, shares are `held`, `moving`, `stored` or
/// `dropped`.
@JsonIgnoreProperties(ignoreUnknown = true)
record ShownUpload(long size, long bytes, String state, List<Place> placement) {
    private static final JsonMapper JSON = new JsonMapper();

    record Place(int share, String server, String state) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Status(List<ShownUpload> uploads) {}

    /// The uploads of files of `size` bytes.
    static List<ShownUpload> of(long size, String status) {
        try {
            return JSON.readValue(status, Status.class).uploads().stream()
                    .filter(upload -> upload.size() == size)
                    .toList();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    boolean isRunning() {
        return state.equals("running");
    }

    /// The shares that stand so somewhere.
    Set<Integer> shares(String standing) {
        return placement.stream()
                .filter(place -> place.state().equals(standing))
                .map(Place::share)
                .collect(Collectors.toSet());
    }
}
