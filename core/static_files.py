"""Static files: fingerprinted and compressed, without source maps."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


def _without_source_maps(patterns: tuple) -> tuple:
    return tuple(
        (
            files,
            tuple(
                one for one in of_files if "sourceMappingURL" not in (one if isinstance(one, str) else one[0])
            ),
        )
        for files, of_files in patterns
    )


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """As WhiteNoise's, but a file need not have its source map beside it: none is collected. Modules import
    each other by their fingerprinted names: under two names one would run twice."""

    support_js_module_import_aggregation = True

    patterns = _without_source_maps(CompressedManifestStaticFilesStorage.patterns)
