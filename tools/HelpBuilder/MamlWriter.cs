using System.Management.Automation;
using System.Xml.Linq;

namespace FutureHouse.HelpBuilder;

/// <summary>Writes help as Get-Help reads it (MAML).</summary>
internal sealed class MamlWriter
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private readonly XElement _root = new(
        Msh + "helpItems",
        new XAttribute("schema", "maml"),
        new XAttribute(XNamespace.Xmlns + "maml", Maml.NamespaceName),
        new XAttribute(XNamespace.Xmlns + "command", Command.NamespaceName),
        new XAttribute(XNamespace.Xmlns + "dev", Dev.NamespaceName));

    public void Add(CmdletInfo command, HelpPage page) => _root.Add(new XElement(
        Command + "command",
        new XElement(
            Command + "details",
            new XElement(Command + "name", command.Name),
            new XElement(Command + "verb", command.Verb),
            new XElement(Command + "noun", command.Noun),
            new XElement(Maml + "description", Paragraphs(page.Synopsis))),
        new XElement(Maml + "description", Paragraphs(page.Description)),
        new XElement(Command + "syntax", command.ParameterSets.Select(set => new XElement(
            Command + "syntaxItem",
            new XElement(Maml + "name", command.Name),
            set.Parameters.Where(p => !ModuleReader.Common.Contains(p.Name)).OrderBy(p => p.Position < 0 ? int.MaxValue : p.Position).Select(p => Parameter(p, page))))),
        new XElement(Command + "parameters", command.ParameterSets.SelectMany(s => s.Parameters).Where(p => !ModuleReader.Common.Contains(p.Name))
            .DistinctBy(p => p.Name).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => Parameter(p, page))),
        new XElement(Command + "inputTypes", new XElement(Command + "inputType", new XElement(Dev + "type", new XElement(Maml + "name", page.Inputs)))),
        new XElement(Command + "returnValues", new XElement(Command + "returnValue", new XElement(Dev + "type", new XElement(Maml + "name", page.Outputs)))),
        page.Notes.Length == 0 ? null : new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(page.Notes))),
        new XElement(Command + "examples", page.Examples.Select((example, i) => new XElement(
            Command + "example",
            new XElement(Maml + "title", $"---------- Example {i + 1}: {example.Title} ----------"),
            new XElement(Dev + "code", example.Code),
            new XElement(Dev + "remarks", Paragraphs(example.Remarks))))),
        new XElement(Command + "relatedLinks", page.Links.Select(link => new XElement(Maml + "navigationLink", new XElement(Maml + "linkText", link))))));

    public void Save(string file) => new XDocument(new XDeclaration("1.0", "utf-8", null), _root).Save(file);

    private static IEnumerable<XElement> Paragraphs(string text) => text.Split("\n\n").Select(p => new XElement(Maml + "para", p));

    private static XElement Parameter(CommandParameterInfo parameter, HelpPage page)
    {
        var isSwitch = parameter.ParameterType == typeof(SwitchParameter);
        var pipeline = (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
        {
            (true, true) => "true (ByValue, ByPropertyName)",
            (true, false) => "true (ByValue)",
            (false, true) => "true (ByPropertyName)",
            _ => "false",
        };
        return new XElement(
            Command + "parameter",
            new XAttribute("required", parameter.IsMandatory ? "true" : "false"),
            new XAttribute("globbing", parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any() ? "true" : "false"),
            new XAttribute("pipelineInput", pipeline),
            new XAttribute("position", parameter.Position < 0 ? "named" : (parameter.Position + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            new XElement(Maml + "description", Paragraphs(page.Parameter(parameter.Name))),
            isSwitch ? null : new XElement(Command + "parameterValue", new XAttribute("required", "true"), TypeName(parameter.ParameterType)),
            new XElement(Dev + "type", new XElement(Maml + "name", TypeName(parameter.ParameterType))),
            new XElement(Dev + "defaultValue", isSwitch ? "False" : "None"));
    }

    private static string TypeName(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Name;
}
