using System.Net.Http.Headers;

namespace FutureHouse.Transfer.Download;

/// <summary>Makes a file name of what a service says: one segment, never a path, fit for every file system (Protocol §4, "Download").</summary>
internal static class SafeFileName
{
    private const int MaximumBytes = 255; // of most file systems
    private static readonly char[] Forbidden = ['<', '>', ':', '"', '|', '?', '*'];
    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    /// <summary>The name: from <c>Content-Disposition</c>, else the last part of the stored path, else the entry's name, else its id.</summary>
    public static string Of(DataEntry entry, ContentDispositionHeaderValue? disposition)
    {
        foreach (var candidate in new[] { disposition?.FileNameStar, disposition?.FileName?.Trim('"'), entry.FilePath, entry.Name })
        {
            if (Clean(candidate) is { } name)
            {
                return name;
            }
        }

        return entry.Id.ToString("D");
    }

    /// <summary>One part of a path as a name; <see langword="null"/> where it is none, such as <c>..</c>.</summary>
    public static string? Part(string? part) => Clean(part);

    private static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var last = text.Replace('\\', '/').TrimEnd('/').Split('/')[^1];
        var windows = OperatingSystem.IsWindows();
        var kept = new string(last.Select(c => char.IsControl(c) || (windows && Array.IndexOf(Forbidden, c) >= 0) ? '_' : c).ToArray()).Trim();
        kept = windows ? kept.TrimEnd('.', ' ') : kept;
        if (kept.Length == 0 || kept.All(c => c == '.'))
        {
            return null;
        }

        if (windows && Devices.Contains(kept.Split('.')[0]))
        {
            kept = "_" + kept;
        }

        var extension = Path.GetExtension(kept);
        while (System.Text.Encoding.UTF8.GetByteCount(kept) > MaximumBytes)
        {
            var stem = kept[..^extension.Length];
            if (stem.Length <= 1)
            {
                return kept[..Math.Min(kept.Length, MaximumBytes / 4)];
            }

            stem = stem[..^(char.IsLowSurrogate(stem[^1]) ? 2 : 1)];
            kept = stem + extension;
        }

        return kept;
    }
}
