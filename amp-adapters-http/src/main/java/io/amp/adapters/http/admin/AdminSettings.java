package io.amp.adapters.http.admin;

import org.jspecify.annotations.Nullable;

/**
 * What operators choose about the Admin API.
 *
 * @param manifestBytesMax longest body that holds a manifest
 * @param clientProfile profile of every request without the header; null = by {@code User-Agent}
 * @param statusStyle spelling of job states for everybody; null = by profile
 */
public record AdminSettings(
        long manifestBytesMax,
        @Nullable ClientProfile clientProfile,
        @Nullable StatusStyle statusStyle) {
    public static final AdminSettings DEFAULT = new AdminSettings(32L * 1024 * 1024, null, null);
}
