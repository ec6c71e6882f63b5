"""Common Spanish names, from which the demo clinic makes its ordinary patients."""

# fmt: off
WOMEN = (
    "Ana Belén", "Adriana", "Ainhoa", "Alba", "Alicia", "Amparo", "Andrea", "Ángela", "Aurora", "Beatriz", "Begoña",
    "Belén", "Blanca", "Candela", "Carla", "Carlota", "Carmen", "Carolina", "Celia", "Clara", "Claudia",
    "Concepción", "Consuelo", "Cristina", "Daniela", "Elena", "Elvira", "Emma", "Encarnación", "Esther", "Eugenia",
    "Eva", "Fátima", "Gloria", "Inés", "Irene", "Isabel", "Itziar", "Jimena", "Julia", "Laia", "Laura", "Leire",
    "Lola", "Lucía", "Lourdes", "M.ª Ángeles", "M.ª Carmen", "M.ª José", "Macarena", "Maite", "Mar", "Margarita",
    "María", "María del Pilar", "María Dolores", "María Teresa", "Mariana", "Marina", "Marta", "Martina",
    "Mercedes", "Miriam", "Mónica", "Montserrat", "Nagore", "Natalia", "Nerea", "Noa", "Noelia", "Nuria", "Olga",
    "Paloma", "Patricia", "Paula", "Pilar", "Raquel", "Remedios", "Rocío", "Rosa María", "Rosario", "Sandra",
    "Sara", "Silvia", "Sofía", "Sonia", "Susana", "Teresa", "Valentina", "Valeria", "Vega", "Verónica", "Victoria",
    "Virginia", "Yolanda", "Zoe",
)

MEN = (
    "Aarón", "Adrián", "Agustín", "Aitor", "Alberto", "Alejandro", "Alfonso", "Alfredo", "Álvaro", "Andrés",
    "Ángel", "Antonio", "Arturo", "Asier", "Bruno", "Carlos", "César", "Cristian", "Daniel", "David", "Diego",
    "Domingo", "Eduardo", "Emilio", "Enrique", "Ernesto", "Eusebio", "Fernando", "Félix", "Francisco",
    "Francisco Javier", "Gabriel", "Gonzalo", "Guillermo", "Gustavo", "Héctor", "Hugo", "Ignacio", "Iker", "Íñigo",
    "Isaac", "Ismael", "Iván", "Jaime", "Javier", "Jesús", "Joan", "Joaquín", "Jordi", "Jorge", "José Antonio",
    "José Luis", "José Manuel", "José María", "Juan", "Juan Carlos", "Juan José", "Julián", "Julio", "Leo",
    "Leandro", "Lorenzo", "Lucas", "Luis", "Luis Miguel", "Manuel", "Marcos", "Mario", "Martín", "Mateo", "Matías",
    "Miguel", "Miguel Ángel", "Nicolás", "Óscar", "Pablo", "Pascual", "Pau", "Pedro", "Rafael", "Ramón", "Raúl",
    "Ricardo", "Roberto", "Rodrigo", "Rubén", "Salvador", "Samuel", "Santiago", "Sebastián", "Sergio", "Teo",
    "Tomás", "Unai", "Vicente", "Víctor", "Xavier",
)

SURNAMES = (
    "Abad", "Acosta", "Aguado", "Aguilar", "Aguirre", "Alarcón", "Alonso", "Álvarez", "Andrés", "Aparicio",
    "Aranda", "Arias", "Arroyo", "Ávila", "Ballesteros", "Barrios", "Bautista", "Beltrán", "Benítez", "Bermejo",
    "Bermúdez", "Blanco", "Blasco", "Bravo", "Caballero", "Cabello", "Cabrera", "Calvo", "Camacho", "Cano",
    "Cárdenas", "Carmona", "Carrasco", "Casado", "Castaño", "Castillo", "Castro", "Cerezo", "Chacón", "Conde",
    "Contreras", "Cordero", "Correa", "Cortés", "Costa", "Crespo", "Cruz", "Cuesta", "De Diego", "De la Cruz",
    "De la Rosa", "Del Pozo", "Del Río", "Delgado", "Díaz", "Díez", "Domínguez", "Durán", "Echeverría", "Escobar",
    "Escudero", "Espinosa", "Esteban", "Estévez", "Expósito", "Fernández", "Ferrer", "Figueroa", "Flores",
    "Fuentes", "Galán", "Gallardo", "Gallego", "García", "Garrido", "Gil", "Giménez", "Gómez", "González", "Gracia",
    "Guerrero", "Gutiérrez", "Heredia", "Hernández", "Herrera", "Herrero", "Hidalgo", "Ibáñez", "Iglesias",
    "Izquierdo", "Jiménez", "Juárez", "Lara", "León", "López", "Lorenzo", "Lozano", "Luque", "Macías", "Manzano",
    "Marín", "Márquez", "Martín", "Martínez", "Mateo", "Medina", "Menéndez", "Merino", "Miranda", "Molina",
    "Montero", "Montes", "Mora", "Morales", "Moreno", "Moya", "Muñoz", "Navarro", "Nieto", "Núñez", "Ojeda",
    "Oliva", "Ordóñez", "Ortega", "Ortiz", "Otero", "Pacheco", "Padilla", "Palacios", "Pardo", "Paredes", "Pascual",
    "Pastor", "Peña", "Peralta", "Pérez", "Pineda", "Plaza", "Pons", "Porras", "Prieto", "Puig", "Quintana",
    "Ramírez", "Ramos", "Redondo", "Rey", "Reyes", "Ríos", "Rivas", "Rivera", "Robles", "Rodríguez", "Rojas",
    "Román", "Romero", "Rosales", "Rovira", "Rubio", "Ruiz", "Sáez", "Salas", "Salazar", "Sánchez", "Santana",
    "Santiago", "Santos", "Sanz", "Serra", "Serrano", "Sierra", "Silva", "Simón", "Soler", "Sosa", "Soto", "Suárez",
    "Tapia", "Toledo", "Tomás", "Torres", "Trujillo", "Valero", "Vallejo", "Vargas", "Vázquez", "Vega", "Velasco",
    "Vera", "Vicente", "Vidal", "Villalba", "Villanueva", "Zamora", "Zapata", "Zurita",
)
# fmt: on
