using System.Net.Http.Headers;

namespace FutureHouse.Transfer.Download;

/// <summary>
/// The name that an entry's data has in the service, one name and never a path (Protocol §4, "Download"). <c>/</c> alone stands between the parts of a stored path, on every system. What
/// of the name this system can hold is <see cref="Naming"/>'s matter.
/// </summary>
internal static class StoredName
{
    /// <summary>The name of an entry's file: from <c>Content-Disposition</c>, else the last part of the stored path, else the entry's name as a whole, else its id.</summary>
    public static string OfFile(DataEntry entry, ContentDispositionHeaderValue? disposition = null)
    {
        foreach (var path in new[] { disposition?.FileNameStar, Unquoted(disposition?.FileName), entry.FilePath })
        {
            if (path is { Length: > 0 } && path == entry.Name)
            {
                break; // what is called like the entry has its name, with the slashes that are in it
            }

            if (LastPart(path) is { } name)
            {
                return name;
            }
        }

        return OfEntry(entry);
    }

    /// <summary>The name of an entry as a whole, for the folder that is made of it.</summary>
    public static string OfEntry(DataEntry entry) => string.IsNullOrEmpty(entry.Name) ? entry.Id.ToString("D") : entry.Name;

    /// <summary>The last part of a path; <see langword="null"/> where there is none that names something.</summary>
    private static string? LastPart(string? path)
    {
        var part = path?.TrimEnd('/');
        part = part?[(part.LastIndexOf('/') + 1)..];
        return part is null or "" or "." or ".." ? null : part;
    }

    private static string? Unquoted(string? name) => name is ['"', .. var inner, '"'] ? inner : name;
}
