using System.Collections;
using System.Management.Automation;

namespace FutureHouse.PowerShell.Binding;

/// <summary>
/// Takes the path from what the pipeline brings. Binding by property alone is not enough: once <c>Name</c> has been bound to a file's own name, the engine
/// looks no further for <c>LiteralPath</c> and turns the file into text, whose brackets would be wildcards.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class PathOfAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] Literal = ["LiteralPath", "PSPath", "LP", "FullName"];

    /// <summary>Gives the paths as texts.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">Texts, files, or objects that have a path.</param>
    /// <returns>Paths with wildcards as they are; literal ones with their wildcards escaped. What has no path stays as it is.</returns>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var data = inputData is PSObject { BaseObject: var wrapped } && wrapped is not PSCustomObject ? wrapped : inputData;
        return data is IEnumerable list and not (string or IDictionary)
            ? list.Cast<object?>().Select(item => One(item) ?? item).ToArray()
            : One(inputData) is { } path ? new[] { path } : inputData;
    }

    private static string? One(object? item)
    {
        switch (item is PSObject wrapper ? wrapper.BaseObject : item)
        {
            case null or string:
                return null;
            case FileSystemInfo file:
                return WildcardPattern.Escape(file.FullName);
            default:
                var properties = PSObject.AsPSObject(item).Properties;
                return properties["Path"]?.Value?.ToString()
                    ?? (Literal.Select(name => properties[name]?.Value?.ToString()).FirstOrDefault(v => v is not null) is { } literal ? WildcardPattern.Escape(literal) : null);
        }
    }
}
