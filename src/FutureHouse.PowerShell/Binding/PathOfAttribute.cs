using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace FutureHouse.PowerShell.Binding;

/// <summary>
/// Takes paths from texts, files, and objects that have one. Binding by property alone is not enough: once <c>Name</c> has been bound to a file's own name, the engine looks no further for
/// <c>LiteralPath</c> and turns the file into text, whose brackets would be wildcards.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class PathOfAttribute : ArgumentAttribute
{
    private static readonly string[] Literal = ["LiteralPath", "PSPath", "LP", "FullName"];

    /// <summary>A text that wildcards may stand in becomes one; an object's own path, which it is to the letter, is marked as such.</summary>
    private protected override object? Read(object item, object bare) =>
        bare is IEnumerable list and not (string or IDictionary) ? list.Cast<object?>().Select(One).ToArray() : One(item);

    private protected override bool IsNothing(string text) => text.Length == 0;

    private static string One(object? item)
    {
        var bare = Bare(item);
        switch (bare)
        {
            case null:
                return string.Empty;
            case string text:
                return text;
            case FileSystemInfo file:
                return FilePaths.Mark(file.FullName);
            default:
                object? Member(string name) => Bare(bare is IDictionary map ? map[name] : PSObject.AsPSObject(item).Properties[name]?.Value);
                return Member("Path")?.ToString() is { Length: > 0 } path ? bare is PSObject or IDictionary ? path : FilePaths.Mark(path)
                    : Literal.Select(name => Member(name)?.ToString()).FirstOrDefault(value => value is { Length: > 0 }) is { } literal ? FilePaths.Mark(literal)
                    : throw new ArgumentTransformationMetadataException(string.Format(CultureInfo.CurrentCulture, BindingStrings.NoPath, (bare is PSObject row ? row.BaseObject : bare).GetType().Name));
        }
    }
}
