using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Takes metadata as a hashtable, as an object with properties, or as a JSON object in a text, as a cell of a CSV file has it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class MetadataOfAttribute : ArgumentTransformationAttribute
{
    /// <summary>Gives a hashtable.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">A hashtable, an object, or JSON.</param>
    /// <returns>A <see cref="Hashtable"/>, or <see langword="null"/> for nothing.</returns>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject { BaseObject: var wrapped } && wrapped is not PSCustomObject ? wrapped : inputData;
        return value switch
        {
            null => null,
            IDictionary map => map as Hashtable ?? new Hashtable(map),
            string text when string.IsNullOrWhiteSpace(text) => null,
            string text => Parse(text),
            PSObject { BaseObject: PSCustomObject } item => new Hashtable(item.Properties.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal)),
            _ => throw new ArgumentTransformationMetadataException(SourceStrings.NoMetadata),
        };
    }

    private static Hashtable Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? new Hashtable(json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => Plain(p.Value), StringComparer.Ordinal))
                : throw new ArgumentTransformationMetadataException(SourceStrings.NoMetadata);
        }
        catch (JsonException e)
        {
            throw new ArgumentTransformationMetadataException(SourceStrings.NoMetadata, e);
        }
    }

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var number) ? (object)number : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToArray(),
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(p => p.Name, p => Plain(p.Value), StringComparer.Ordinal),
        _ => null,
    };
}

/// <summary>Takes a switch also as text, as a cell of a CSV file has it; an empty one is off.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SwitchOfAttribute : ArgumentTransformationAttribute
{
    /// <summary>Gives the switch.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">A switch, a boolean, or a text.</param>
    /// <returns>A <see cref="SwitchParameter"/>, or what came where it is none of these.</returns>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapper ? wrapper.BaseObject : inputData) is string text
            ? new SwitchParameter(text.Trim() is var word && (word.Length == 0 || word == "0" ? false
                : word == "1" ? true
                : bool.TryParse(word, out var flag) ? flag
                : throw new ArgumentTransformationMetadataException(string.Format(CultureInfo.CurrentCulture, SourceStrings.NoSwitch, text))))
            : inputData;
}
